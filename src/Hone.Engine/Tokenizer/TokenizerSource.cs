namespace Hone.Engine.Tokenization;

/// <summary>A file that a tokenizer was made from, kept to be written beside checkpoints.</summary>
internal sealed record TokenizerSource(string Name, byte[] Bytes);
