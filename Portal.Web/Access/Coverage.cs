using Portal.Data;

namespace Portal.Web.Access;

/// <summary>What a row of the registry covers, and the rows that it shares addresses with.</summary>
/// <param name="Bits">It covers two to the power of this many addresses: 0 for one, 16 for 65,536; 128 at most.</param>
/// <param name="Wider">The next wider row, which decides for the rest of its addresses; null: none holds it.</param>
/// <param name="Inside">How many rows lie inside it and decide for theirs.</param>
public sealed record Coverage(int Bits, RegisteredIp? Wider, int Inside);
