using Portal.Web.Launch.Processes;
using Xunit;

namespace Portal.Tests.Launch.Processes;

public sealed class SessionSignalsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    public void The_numbers_of_the_system_itself_are_never_signalled(int id)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => SessionSignals.Kill(new ProcessIdentity(id, 0)));
        Assert.Throws<ArgumentOutOfRangeException>(() => SessionSignals.Terminate(new ProcessIdentity(id, 0)));
    }
}
