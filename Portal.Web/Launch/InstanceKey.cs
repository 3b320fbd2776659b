using System.Net;

namespace Portal.Web.Launch;

/// <summary>What an instance is for: one app for one client address.</summary>
public readonly record struct InstanceKey(IPAddress Client, string Slug)
{
    /// <summary>The key as part of a file's name: <c>feature-manager_10.1.2.3</c>.</summary>
    public string FileName => $"{Slug}_{Client.ToString().Replace(':', '-')}";

    public override string ToString() => $"{Client}/{Slug}";
}
