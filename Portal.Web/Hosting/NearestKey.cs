namespace Portal.Web.Hosting;

/// <summary>Finds the key that somebody meant.</summary>
internal static class NearestKey
{
    /// <summary>Returns the known key whose last part is the same, else the one with the fewest letters to change.</summary>
    public static string Find(string given, IEnumerable<string> known)
    {
        var keys = known.ToList();
        var sameName = keys.Where(key => NameOf(key).Equals(NameOf(given), StringComparison.OrdinalIgnoreCase)).ToList();
        return (sameName.Count > 0 ? sameName : keys).MinBy(key => Distance(given.ToUpperInvariant(), key.ToUpperInvariant())) ?? "";
    }

    private static string NameOf(string key) => key[(key.LastIndexOf(':') + 1)..];

    /// <summary>Returns how many letters have to be put in, taken out, replaced or swapped with the next to make one of the other.</summary>
    private static int Distance(string one, string other)
    {
        var costs = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++)
        {
            for (var j = 0; j <= other.Length; j++)
            {
                costs[i, j] = i is 0 || j is 0
                    ? i + j
                    : Math.Min(
                        Math.Min(costs[i - 1, j], costs[i, j - 1]) + 1,
                        costs[i - 1, j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                    costs[i, j] = Math.Min(costs[i, j], costs[i - 2, j - 2] + 1);
            }
        }

        return costs[one.Length, other.Length];
    }
}
