using Portal.Tests.Doubles;

namespace Portal.Tests.Browser;

/// <summary>On Streamlit 1.31.</summary>
public sealed class EndsInBrowser_on_1_31_Tests(Chromium chromium) : EndsInBrowserTests(chromium, StreamlitVersion.Older);
