namespace Portal.Data;

/// <summary>
/// Cuts a Python source into its statements as far as plain literals need it
/// (https://docs.python.org/3/reference/lexical_analysis.html). Nothing of it is ever run.
/// </summary>
internal static class PythonTokens
{
    /// <param name="Text">As it stands there; of a plain text, what is in it.</param>
    /// <param name="Line">From 1.</param>
    internal readonly record struct Token(Kind Kind, string Text, int Line);

    internal enum Kind
    {
        /// <summary>Letters, digits and underscores: a name or a number.</summary>
        Word,

        /// <summary>A text in one line without an escape; that is all that an address needs.</summary>
        Text,

        /// <summary>A single sign, and any text of another kind.</summary>
        Other,
    }

    /// <summary>The statements that begin at the left margin; what is indented is not among them.</summary>
    public static IEnumerable<IReadOnlyList<Token>> Statements(string source)
    {
        var statement = new List<Token>();
        var (position, line, depth) = (0, 1, 0);
        var isIndented = source.Length > 0 && source[0] is ' ' or '\t';
        while (position < source.Length)
        {
            var sign = source[position];
            if (sign is '#')
            {
                while (position < source.Length && source[position] is not '\n') position++;
            }
            else if (sign is '\n' or ';' && depth == 0)
            {
                if (statement.Count > 0 && !isIndented) yield return statement;
                statement = [];
                position++;
                if (sign is not '\n') continue;
                line++;
                isIndented = position < source.Length && source[position] is ' ' or '\t';
            }
            else if (sign is '\\' && source.AsSpan(position + 1).TrimStart('\r') is ['\n', ..])
            {
                position = source.IndexOf('\n', position) + 1;
                line++;
            }
            else if (char.IsWhiteSpace(sign))
            {
                if (sign is '\n') line++;
                position++;
            }
            else
            {
                statement.Add(Next(source, ref position, ref line));
                if (statement[^1] is { Kind: Kind.Other, Text: "[" or "(" or "{" }) depth++;
                else if (statement[^1] is { Kind: Kind.Other, Text: "]" or ")" or "}" }) depth = Math.Max(0, depth - 1);
            }
        }

        if (statement.Count > 0 && !isIndented) yield return statement;
    }

    private static Token Next(string source, ref int position, ref int line)
    {
        var (began, first) = (position, line);
        while (position < source.Length && (char.IsLetterOrDigit(source[position]) || source[position] is '_')) position++;
        var word = source[began..position];
        var isTextNext = position < source.Length && source[position] is '"' or '\'';
        if (!isTextNext && word.Length > 0) return new(Kind.Word, word, first);
        if (!isTextNext) return new(Kind.Other, source[position++].ToString(), first);

        // A prefix that changes what the text means is left to whoever runs it.
        var isPlain = word.ToUpperInvariant() is "" or "U" or "R";
        var quote = source[position..Math.Min(position + 3, source.Length)];
        var mark = quote.Length == 3 && quote.All(sign => sign == quote[0]) ? quote : quote[..1];
        position += mark.Length;
        var content = position;
        while (position < source.Length && string.CompareOrdinal(source, position, mark, 0, mark.Length) != 0)
        {
            if (source[position] is '\\') isPlain = false;
            if (source[position] is '\\' && position + 1 < source.Length) position++;
            if (source[position] is '\n')
            {
                // Only a long text goes on in the next line.
                if (mark.Length == 1) return new(Kind.Other, source[began..position], first);
                isPlain = false;
                line++;
            }

            position++;
        }

        var isWhole = position < source.Length;
        var text = source[content..position];
        position = Math.Min(position + mark.Length, source.Length);
        return isPlain && isWhole ? new(Kind.Text, text, first) : new(Kind.Other, source[began..position], first);
    }
}
