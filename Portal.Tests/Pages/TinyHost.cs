using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portal.Data;
using Portal.Web.Access;

namespace Portal.Tests.Pages;

/// <summary>A real server with as much of the portal behind it as a test puts there.</summary>
internal sealed class TinyHost : IAsyncDisposable
{
    private const string Registered = "X-Registered";

    private readonly WebApplication _app;
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    public TinyHost(Action<IServiceCollection> add, Action<WebApplication> use)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(ClientIdentity).Assembly.GetName().Name,
            EnvironmentName = "Production",
        });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        add(builder.Services);
        _app = builder.Build();
        use(_app);
    }

    public Task StartAsync() => _app.StartAsync();

    /// <summary>Asks as a registered user or as a stranger, for a page as browsers do or for anything as programs do.</summary>
    public Task<HttpResponseMessage> AskAsync(
        HttpMethod method, string path, bool page, bool registered = true, string? header = null, string? value = "1", HttpContent? content = null)
    {
        var request = new HttpRequestMessage(method, _app.Urls.Single() + path) { Content = content };
        if (page) request.Headers.Accept.ParseAdd("text/html,application/xhtml+xml,*/*;q=0.8");
        if (registered) request.Headers.Add(Registered, "1");
        if (header is not null) request.Headers.TryAddWithoutValidation(header, value);
        return _client.SendAsync(request);
    }

    /// <summary>Stands in for the portal's way to know who asks.</summary>
    public static Task KnowClients(HttpContext http, RequestDelegate next)
    {
        if (http.Request.Headers.ContainsKey(Registered))
            http.Features.Set(new ClientIdentity(IPAddress.Loopback, 1, Role.User, "Ann", null));
        return next(http);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }
}
