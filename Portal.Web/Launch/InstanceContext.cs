using Portal.Web.Launch.Adoption;
using Portal.Web.Launch.Processes;

namespace Portal.Web.Launch;

/// <summary>What every instance works with.</summary>
internal sealed record InstanceContext(
    Launcher Launcher,
    LaunchOptions Options,
    string LogFolder,
    LaunchEvents Events,
    InstanceRecords Records,
    LaunchQueue Queue,
    ControlGroups Groups,
    TimeProvider Time);
