namespace Portal.Data;

/// <summary>What became of filling an empty registry.</summary>
/// <param name="Added">How many rows were written; 0 as well when the registry holds or ever held rows.</param>
/// <param name="Errors">The entries that are to be mended; nothing was written when there are any.</param>
public sealed record BootstrapOutcome(int Added, IReadOnlyList<BootstrapError> Errors);

/// <summary>What is wrong with one entry.</summary>
/// <param name="Index">Its place in the list, from 0.</param>
public sealed record BootstrapError(int Index, IReadOnlyList<RegistryError> Errors);
