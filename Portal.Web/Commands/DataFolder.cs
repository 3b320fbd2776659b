using System.Globalization;
using Portal.Web.Launch.Processes;

namespace Portal.Web.Commands;

/// <summary>Whether the data directory is one that this user may work in.</summary>
internal static class DataFolder
{
    /// <summary>What to do instead, in a sentence or two; null where nothing is in the way.</summary>
    public static string? WhyUnfit(string folder)
    {
        if (Posix.OwnerOf(folder) is not { } owner)
        {
            return Directory.Exists(Path.GetDirectoryName(folder)) && !File.Exists(folder)
                ? $"There is no data directory {folder}, or this user cannot look for it. Start the portal once, or name the "
                    + "directory: --Portal:DataDirectory=FOLDER."
                : $"{folder} cannot be looked at. Name the portal's data directory: --Portal:DataDirectory=FOLDER.";
        }

        if (owner == Posix.UserId)
            return null;
        var name = NameOf(owner);
        return $"The data directory {folder} belongs to {name}; files that somebody else leaves there would lock the portal out. "
            + $"Run the command as that user: sudo -u {name} …";
    }

    /// <summary>A user's name, or the number as sudo(8) takes it.</summary>
    private static string NameOf(int userId) =>
        SystemUser.Find(userId)?.Name ?? string.Create(CultureInfo.InvariantCulture, $"#{userId}");
}
