using Xunit;

namespace Portal.Tests.Browser;

/// <summary>On Streamlit 1.62.</summary>
public sealed class AppInBrowser_on_1_62_Tests(Chromium chromium, SamplePortal sample) : AppInBrowserTests(chromium, sample), IClassFixture<SamplePortal>;
