using System.Net;
using Portal.Tests.Proxy;
using Xunit;

namespace Portal.Tests.Tls;

/// <summary>An early answer to a client of HTTP/2, whose stream ends with it.</summary>
public sealed class Http2UploadTests(TlsPortal fixture) : IClassFixture<TlsPortal>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_early_answer_reaches_a_client_that_has_stopped_sending(bool isOfUnknownLength)
    {
        var stopped = new TaskCompletionSource();
        using var invoker = TlsPortal.InvokerFrom(fixture.Portal, PortalUnderTest.User);
        using var content = new BlocksContent(2, isOfUnknownLength, () => stopped.Task);
        using var request = new HttpRequestMessage(HttpMethod.Put, $"https://127.0.0.1:{fixture.Portal.TlsPort}/app/stub/reject")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };

        using var answer = await invoker.SendAsync(request, Cancelled).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Cancelled);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal("no", await answer.Content.ReadAsStringAsync(Cancelled));
        stopped.SetResult();
    }
}
