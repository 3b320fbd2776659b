namespace Portal.Web.Proxy;

/// <summary>
/// Follows the WebSocket frames of one direction, in whatever pieces they come, and tells data from control. It sees
/// the headers only, keeps nothing and never refuses anything: what it does not understand counts as data, from then on.
/// </summary>
/// <remarks>The header of a frame is 2 to 14 bytes: RFC 6455, section 5.2. It keeps its state: do not copy it.</remarks>
internal struct FrameReader
{
    // Section 5.2: 0 goes on, 1 text, 2 binary; 8 close, 9 ping, 10 pong; the others are reserved.
    private const int LastData = 2;
    private const int FirstControl = 8;
    private const int LastControl = 10;

    // Section 5.5.
    private const int LargestControl = 125;

    private long _payloadLeft;
    private long _length;
    private int _headerRead;
    private int _lengthEnd;
    private int _headerEnd;
    private bool _isData;
    private bool _isLost;

    /// <summary>True where what came so far ends with a whole frame, so that another may follow.</summary>
    public readonly bool IsBetweenFrames => !_isLost && _headerRead is 0 && _payloadLeft is 0;

    /// <summary>Takes the next bytes; true where any of them is of a data frame, be it of its header.</summary>
    public bool Read(ReadOnlySpan<byte> bytes)
    {
        var hasData = _isLost && !bytes.IsEmpty;
        while (!bytes.IsEmpty && !_isLost)
        {
            var taken = 1;
            if (_payloadLeft > 0)
            {
                taken = (int)Math.Min(_payloadLeft, bytes.Length);
                _payloadLeft -= taken;
            }
            else
            {
                _isLost = !TakeOfHeader(bytes[0]);
            }

            hasData |= _isData || _isLost;
            bytes = bytes[taken..];
        }

        return hasData;
    }

    /// <summary>False where no frame can be so.</summary>
    private bool TakeOfHeader(byte next)
    {
        var at = _headerRead++;
        if (at is 0)
        {
            var opcode = next & 0x0F;
            _isData = opcode <= LastData;
            return _isData || opcode is >= FirstControl and <= LastControl;
        }

        if (at is 1)
        {
            var isMasked = (next & 0x80) is not 0;
            _length = next & 0x7F;
            _lengthEnd = 2 + (_length switch { 126 => 2, 127 => 8, _ => 0 });
            _headerEnd = _lengthEnd + (isMasked ? 4 : 0);
            if (!_isData && _length > LargestControl)
                return false;
            if (_lengthEnd > 2)
                _length = 0;
        }
        else if (at < _lengthEnd)
        {
            _length = (_length << 8) | next;
        }

        if (_headerRead == _headerEnd)
        {
            _payloadLeft = _length;
            _headerRead = 0;
        }

        // The highest bit of a length of 64 is always 0: section 5.2.
        return _length >= 0;
    }
}
