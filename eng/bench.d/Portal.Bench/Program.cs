using System.Globalization;
using Portal.Bench;

return args switch
{
    ["upstream", var port] => await Upstream.RunAsync(Number(port)),
    ["yarp", var port, var upstream] => await BareYarp.RunAsync(Number(port), Number(upstream)),
    ["echo", var port, var path, var sockets, var seconds] => await Echo.RunAsync(Number(port), path, Number(sockets), Number(seconds)),
    ["hold", var port, var path, var sockets] => await Hold.RunAsync(Number(port), path, Number(sockets)),
    ["lookup", var rows] => Lookup.Run(Number(rows)),
    _ => Usage(),
};

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

static int Usage()
{
    Console.Error.WriteLine(
        """
        upstream PORT               an app that answers at once: small, large, uploads, a WebSocket that echoes
        yarp PORT UPSTREAM          YARP with its defaults in front of it
        echo PORT PATH N SECONDS    N WebSockets, each sending a message when the one before has come back
        hold PORT PATH N            N WebSockets that do nothing until standard input ends
        lookup ROWS                 the access table asked for addresses, with so many rows
        """);
    return 2;
}
