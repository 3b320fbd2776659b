using Portal.Tests.Doubles;

namespace Portal.Tests.Browser;

/// <summary>The portal as it is shipped: the sample app, on the current Streamlit.</summary>
public sealed class SamplePortal() : SamplePortalBase(StreamlitVersion.Current);
