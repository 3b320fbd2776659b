namespace Portal.Web;

/// <summary>Something that is tried time and again, by one caller at a time: a failure is told of once, until it went well in between.</summary>
internal sealed class Attempts(Action<Exception> tell)
{
    private bool _isFailing;

    /// <summary>Any failure is caught, but not that it was cancelled.</summary>
    public async Task MakeAsync(Func<Task> attempt)
    {
        try
        {
            await attempt();
            _isFailing = false;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            if (!_isFailing)
                tell(e);
            _isFailing = true;
        }
    }
}
