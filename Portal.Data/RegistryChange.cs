namespace Portal.Data;

/// <summary>The outcome of a change of the registry: the row as it is now, or what to mend.</summary>
public sealed record RegistryChange(RegisteredIp? Row, IReadOnlyList<RegistryError> Errors)
{
    public bool Succeeded => Errors.Count == 0;
}

/// <summary>One thing to mend.</summary>
/// <param name="Field">The property of <see cref="RegisteredIpDraft"/>, or empty for the row as a whole.</param>
/// <param name="Code">What is wrong.</param>
/// <param name="Argument">What the message names: the network that would be right, the row that holds the port.</param>
/// <param name="Value">What stands in the file instead; null where it was typed into a form, which shows it.</param>
public sealed record RegistryError(string Field, RegistryErrorCode Code, string? Argument = null, string? Value = null);

/// <summary>What can be wrong with a change of the registry.</summary>
public enum RegistryErrorCode
{
    /// <summary>No address was given.</summary>
    NetworkRequired,

    /// <summary>Neither an IP address nor a network in CIDR notation.</summary>
    NetworkInvalid,

    /// <summary>Bits are set to the right of the prefix; the argument is the network that was probably meant.</summary>
    NetworkHasHostBits,

    /// <summary>The network is registered already; the argument is its label.</summary>
    NetworkTaken,

    /// <summary>Outside 1024 to 65535.</summary>
    PortOutOfRange,

    /// <summary>The port belongs to another row; the argument is its network.</summary>
    PortTaken,

    /// <summary>A port can only be given to a single address.</summary>
    PortOnNetwork,

    /// <summary>Longer than 100 characters.</summary>
    LabelTooLong,

    /// <summary>Holds control characters.</summary>
    LabelInvalid,

    /// <summary>Longer than 1,000 characters.</summary>
    NotesTooLong,

    /// <summary>Hold control characters other than line breaks and tabs.</summary>
    NotesInvalid,

    /// <summary>The moment of expiry is in the past.</summary>
    ExpiryInPast,

    /// <summary>The role is none of the known ones.</summary>
    RoleInvalid,

    /// <summary>In a file: neither <c>true</c> nor <c>false</c>.</summary>
    EnabledInvalid,

    /// <summary>In a file: no moment of ISO 8601.</summary>
    ExpiryInvalid,

    /// <summary>In a file: the network stands there twice; the argument is the first line of it.</summary>
    NetworkTwice,

    /// <summary>In a file: a quotation mark is out of place or has no partner.</summary>
    FileQuotes,

    /// <summary>In a file: a column has a name that is none; the argument is it.</summary>
    FileColumnUnknown,

    /// <summary>In a file: the column of the networks is missing, or a column is there twice.</summary>
    FileColumns,

    /// <summary>In a file: a line has more or fewer fields than there are columns; the argument is how many these are.</summary>
    FileFields,

    /// <summary>In a settings file: a port is given to an address that is in none of its lists.</summary>
    PortWithoutAddress,

    /// <summary>In a settings file: an address has a port already.</summary>
    PortTwice,

    /// <summary>In a settings file: the setting stands there twice; the argument is its name.</summary>
    SettingTwice,

    /// <summary>In a settings file: the setting is more than a plain list or dictionary; the argument is its name.</summary>
    SettingUnreadable,

    /// <summary>The actor would shut themselves out or lose the admin role.</summary>
    OwnRegistration,

    /// <summary>No active admin would be left.</summary>
    LastAdmin,

    /// <summary>Somebody else changed the row in between; <see cref="RegistryChange.Row"/> is theirs.</summary>
    ChangedMeanwhile,

    /// <summary>The row is gone.</summary>
    NotFound,

    /// <summary>Another admin has decided about the request; the argument is their name.</summary>
    RequestDecided,

    /// <summary>The word for the visitor is longer than 500 characters.</summary>
    WordTooLong,

    /// <summary>The word for the visitor holds control characters.</summary>
    WordInvalid,
}
