using Portal.Tests.Doubles;

namespace Portal.Tests.Browser;

/// <summary>The sample app on the older Streamlit.</summary>
public sealed class OlderSamplePortal() : SamplePortalBase(StreamlitVersion.Older);
