namespace Portal.Data;

/// <summary>What a registered client may do. Stored by name; the order is that of rising rights.</summary>
public enum Role
{
    /// <summary>May open the apps that are open to users.</summary>
    User,

    /// <summary>May open every app that is open to admins, and manage the registry.</summary>
    Admin,
}
