using Portal.Tests.Doubles;

namespace Portal.Tests.Browser;

/// <summary>On Streamlit 1.62.</summary>
public sealed class EndsInBrowser_on_1_62_Tests(Chromium chromium) : EndsInBrowserTests(chromium, StreamlitVersion.Current);
