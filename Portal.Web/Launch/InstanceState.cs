namespace Portal.Web.Launch;

/// <summary>The life of an instance, in order.</summary>
public enum InstanceState
{
    /// <summary>Others are started first.</summary>
    Queued,

    /// <summary>A port is being found and the process started.</summary>
    Starting,

    /// <summary>The process runs; it does not answer on its port yet.</summary>
    Waiting,

    /// <summary>Health says ok and the listener on the port is ours.</summary>
    Ready,

    /// <summary>It was ready, its process is there, and it does not answer: frozen, or too busy.</summary>
    Silent,

    /// <summary>It was asked to stop.</summary>
    Stopping,

    /// <summary>The launch came to nothing; nothing runs.</summary>
    Failed,
}
