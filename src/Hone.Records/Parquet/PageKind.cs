namespace Hone.Records.Parquet;

/// <summary>What a page holds, as Parquet numbers it; of kind 1, an index, no program writes any.</summary>
internal enum PageKind
{
    Values = 0,
    Dictionary = 2,
    ValuesV2 = 3,
}
