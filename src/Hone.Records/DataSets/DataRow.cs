using System.Security.Cryptography;
using System.Text;

namespace Hone.Records.DataSets;

/// <summary>One prompt of a data set.</summary>
/// <param name="Id">The prompt id; unique in the set.</param>
/// <param name="Prompt">The prompt's text; of a list of messages, the last user message.</param>
/// <param name="Answer">The gold final answer; null where the row has none.</param>
/// <param name="Solution">The written-out reference solution; null where the row has none.</param>
/// <param name="Messages">The chat messages, where the prompt is a list of them; else null.</param>
/// <param name="Json">The row as it stands in the file, in UTF-8; of a Parquet file a JSON object made of it.</param>
/// <param name="LineNumber">The line in the file, or the row of a Parquet file, from 1.</param>
public sealed record DataRow(
    string Id,
    string Prompt,
    string? Answer,
    string? Solution,
    IReadOnlyList<ChatMessage>? Messages,
    ReadOnlyMemory<byte> Json,
    int LineNumber)
{
    /// <summary>16 hexadecimal digits that tell the prompt's text from others: ids such as row numbers are the same in every
    /// set.</summary>
    public string PromptHash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Prompt)).AsSpan(0, 8));
}

/// <summary>One message of a chat.</summary>
/// <param name="Role">Who speaks: system, user or assistant.</param>
/// <param name="Content">The text.</param>
public sealed record ChatMessage(string Role, string Content);
