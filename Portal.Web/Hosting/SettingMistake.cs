namespace Portal.Web.Hosting;

/// <summary>Represents something wrong with the configuration.</summary>
/// <param name="Key">The key, as the configuration has it.</param>
/// <param name="Text">A line for the operator: the key, its value, an example.</param>
internal sealed record SettingMistake(string Key, string Text);
