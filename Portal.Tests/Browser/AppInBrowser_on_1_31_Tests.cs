using Xunit;

namespace Portal.Tests.Browser;

/// <summary>On Streamlit 1.31.</summary>
public sealed class AppInBrowser_on_1_31_Tests(Chromium chromium, OlderSamplePortal sample) : AppInBrowserTests(chromium, sample), IClassFixture<OlderSamplePortal>;
