using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace Portal.Tests.Fuzz;

/// <summary>
/// Properties that hold for whatever comes in. The cases are the same in each run; with PORTAL_FUZZ=100 in the environment
/// there are a hundred times as many, and others each time. A case that fails is printed, with its seed.
/// </summary>
internal static class Fuzzing
{
    private const ulong Seed = 20261123;

    /// <summary>Pieces of text that parsers, spreadsheets, terminals and browsers trip over.</summary>
    private static readonly string[] Pitfalls =
    [
        "a", "B", "0", "7", " ", "  ", "\t", "\r", "\n", "\r\n", "\"", "\"\"", "'", "''", ",", ";", "=", "+", "-", "@", "\\", "/", "%", "%2e", ".", ":",
        "#", "?", "&", "<", ">", "[", "]", "{", "}", "(", ")", "_", "\0", "\u0007", "\u001b", "\u001b[31m", "\u0085", "\u00a0", "\u200b", "\u202e",
        "\u2028", "\u2066", "\ufeff", "\ufffd", "é", "e\u0301", "가", "\u1100\u1161", "😀", "\ud83d", "\ude00", "１",
    ];

    private static readonly int Times =
        int.TryParse(Environment.GetEnvironmentVariable("PORTAL_FUZZ"), NumberStyles.None, CultureInfo.InvariantCulture, out var times) ? times : 0;

    /// <summary>Any text.</summary>
    public static Gen<string> Texts { get; } = Of(Pitfalls);

    /// <summary>Any bytes.</summary>
    public static Gen<byte[]> Noise { get; } = Gen.Choose(0, byte.MaxValue).Select(number => (byte)number).ArrayOf();

    /// <summary>Texts of these pieces, in any order and number.</summary>
    public static Gen<string> Of(params string[] pieces) => Gen.Elements(pieces).ArrayOf().Select(string.Concat);

    /// <summary>Fails where the property throws.</summary>
    public static void Holds<T>(Gen<T> cases, Action<T> property, int count = 1000) =>
        Prop.ForAll(cases.ToArbitrary(), property).Check(Settings(count));

    /// <summary>The same for what takes its time.</summary>
    public static void Holds<T>(Gen<T> cases, Func<T, Task> property, int count) =>
        Prop.ForAll(cases.ToArbitrary(), property).Check(Settings(count));

    /// <summary>The text cut into pieces at the places given, which are taken modulo its length.</summary>
    public static IEnumerable<T[]> Cut<T>(T[] whole, IEnumerable<int> places)
    {
        var cuts = places.Select(place => place % (whole.Length + 1)).Append(0).Append(whole.Length).Order().ToList();
        return cuts.Zip(cuts.Skip(1), (from, to) => whole[from..to]);
    }

    private static Config Settings(int count)
    {
        var config = Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(count * Math.Max(1, Times));
        return Times > 0 ? config : config.WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd(Seed), FSharpOption<int>.None)));
    }
}
