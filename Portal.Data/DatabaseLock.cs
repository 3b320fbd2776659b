namespace Portal.Data;

/// <summary>
/// Lets one process at a time prepare the database. The operating system holds the lock (flock on Unix) and lets it go
/// when the process ends, however it ends. The file stays: removing it would let two processes hold "the" lock.
/// </summary>
internal static class DatabaseLock
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits for the lock; disposing the answer lets it go.</summary>
    /// <exception cref="PortalDatabaseException">Somebody else holds it for longer than the time limit.</exception>
    public static async Task<FileStream> AcquireAsync(
        string path, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                return DatabaseFile.CreatePrivate(path, FileMode.OpenOrCreate, FileShare.None);
            }
            catch (IOException e) when (time.GetElapsedTime(started) >= limit)
            {
                throw new PortalDatabaseException(
                    $"The lock {path} could not be had within {limit.TotalSeconds:0.#} s: another portal is preparing "
                    + $"the same database, or hangs in it. Wait for it or end it. ({e.Message})", e)
                { IsPassing = true };
            }
            catch (IOException)
            {
                await Task.Delay(Interval, time, cancellationToken);
            }
        }
    }
}
