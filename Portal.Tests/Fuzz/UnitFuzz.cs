using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Portal.Web;
using Xunit;

namespace Portal.Tests.Fuzz;

/// <summary>Times and amounts of bytes, as people write them.</summary>
public sealed class UnitFuzz
{
    private static readonly Gen<string> Typed = Fuzzing.Of(
        "0", "1", "30", "999999999999", ".", ".5", "-", "+", ":", "ms", "s", "m", "min", "h", "d", "K", "kb", "MB", "GiB", "T", "B", " ", "١", "e3", ",", "\n");

    [Fact]
    public void Whatever_is_typed_is_read_or_refused_and_never_negative() => Fuzzing.Holds(Typed, text =>
    {
        if (Duration.TryParse(text, out var duration))
            Assert.True(duration >= TimeSpan.Zero, text);
        if (ByteSize.TryParse(text, out var bytes))
            Assert.True(bytes >= 0, text);
    });

    [Fact]
    public void What_is_written_is_read_as_the_same() => Fuzzing.Holds(
        from number in Gen.Choose(0, int.MaxValue)
        from shift in Gen.Choose(0, 26)
        select (long)number << shift,
        number =>
        {
            var duration = TimeSpan.FromTicks(number);
            Assert.True(Duration.TryParse(Duration.Format(duration), out var readDuration), Duration.Format(duration));
            Assert.Equal(duration, readDuration);
            if (number.ToString(CultureInfo.InvariantCulture).Length <= 12)
            {
                Assert.True(ByteSize.TryParse(ByteSize.Format(number), out var readBytes));
                Assert.Equal(number, readBytes);
            }
        });

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(0.5, "500ms")]
    [InlineData(30, "30s")]
    [InlineData(90, "1m30s")]
    [InlineData(7200, "2h")]
    [InlineData(86400 * 400, "400d")]
    public void A_time_is_written_short(double seconds, string expected) => Assert.Equal(expected, Duration.Format(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(0, "0B")]
    [InlineData(4097, "4097B")]
    [InlineData(210 << 20, "210MB")]
    [InlineData(1 << 30, "1GB")]
    public void An_amount_is_written_short(long bytes, string expected) => Assert.Equal(expected, ByteSize.Format(bytes));
}
