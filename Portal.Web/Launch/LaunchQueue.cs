namespace Portal.Web.Launch;

/// <summary>
/// Admits launches a few at a time, in the order in which they came: when everybody arrives at nine in the morning,
/// the first have their app after a moment, rather than all of them after a minute.
/// </summary>
internal sealed class LaunchQueue(TimeProvider time)
{
    /// <summary>A launch that takes longer waits for something else than the processor, and holds up nobody.</summary>
    private static readonly TimeSpan LongestHold = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly LinkedList<Ticket> _waiting = new();
    private int _free = Math.Max(2, Environment.ProcessorCount);

    /// <summary>A place in the queue, until it is disposed.</summary>
    public Ticket Enter()
    {
        var ticket = new Ticket(this);
        lock (_gate)
        {
            _waiting.AddLast(ticket);
            Admit();
        }

        return ticket;
    }

    // Under the gate.
    private void Admit()
    {
        while (_free > 0 && _waiting.First is { Value: var first })
        {
            _waiting.RemoveFirst();
            _free--;
            first.Admit(time.CreateTimer(_ => Leave(first), null, LongestHold, Timeout.InfiniteTimeSpan));
        }
    }

    private void Leave(Ticket ticket)
    {
        lock (_gate)
        {
            if (ticket.HasLeft)
                return;
            ticket.HasLeft = true;
            if (!_waiting.Remove(ticket))
                _free++;
            Admit();
        }
    }

    private int AheadOf(Ticket ticket)
    {
        lock (_gate)
            return _waiting.TakeWhile(other => other != ticket).Count() is var ahead && ahead < _waiting.Count ? ahead : 0;
    }

    /// <summary>A place in the queue.</summary>
    internal sealed class Ticket(LaunchQueue queue) : IDisposable
    {
        private readonly TaskCompletionSource _turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private ITimer? _limit;

        /// <summary>Completes when it is their turn.</summary>
        public Task Turn => _turn.Task;

        /// <summary>How many wait in front; 0 once it is their turn.</summary>
        public int Ahead => queue.AheadOf(this);

        internal bool HasLeft { get; set; }

        public void Dispose()
        {
            _limit?.Dispose();
            queue.Leave(this);
        }

        internal void Admit(ITimer limit)
        {
            _limit = limit;
            _turn.SetResult();
        }
    }
}
