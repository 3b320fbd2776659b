using System.Net;

namespace Portal.Web.Launch;

/// <summary>What an instance is for: one app for one client address.</summary>
public readonly record struct InstanceKey(IPAddress Client, string Slug)
{
    public override string ToString() => $"{Client}/{Slug}";
}
