using Hone.Engine.Tests.Files;
using Hone.Engine.Tokenization;

namespace Hone.Engine.Tests.Tokenization;

public sealed class CharacterTokenizerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public void Characters_follow_the_four_special_tokens()
    {
        Tokenizer tokenizer = Load("[48,49,44,128512]");
        Assert.Equal(8, tokenizer.VocabularySize);
        Assert.Equal([4, 5, 6, 7, 3, 0, 1, 2, 3], tokenizer.Encode("01,\U0001F600xSEPU"));
        Assert.Equal("01,\U0001F600", tokenizer.Decode([4, 5, 6, 7, 3, 0, 1, 2, 3, 99, -1]));
        Assert.Equal("01SE", tokenizer.Decode([4, 5, 0, 1], skipSpecialTokens: false));
        Assert.Equal((1, 2, (int?)null), (tokenizer.EosTokenId, tokenizer.PadTokenId, tokenizer.BosTokenId));
        Assert.Equal([new TextRange(0, 2), new TextRange(2, 3)], tokenizer.EncodeWithOffsets("\U0001F6000").Ranges);
        Assert.Equal((7, "S", (int?)null), (tokenizer.IdOf("\U0001F600"), tokenizer.TokenOf(0), tokenizer.IdOf("x")));
    }

    [Theory]
    [InlineData("[48,48]", "'0' two ids")]
    [InlineData("[83]", "'S' two ids")]
    [InlineData("[55296]", "55296")]
    [InlineData("[1114112]", "1114112")]
    [InlineData("[-1]", "-1")]
    [InlineData("[\"0\"]", "char_ords[0] is '0'")]
    [InlineData("{}", "char_ords is an object")]
    public void A_list_that_cannot_be_is_refused(string ords, string part)
    {
        OneLine.Throws<InvalidDataException>(() => Load(ords), "tokenizer_config.json: ", part);
    }

    [Fact]
    public void The_real_arithmetic_model_has_sixteen_tokens()
    {
        Tokenizer tokenizer = TokenizerFile.Load(SharedFolder.Require("data", "verl-arithmetic", "model"));
        Assert.Equal(16, tokenizer.VocabularySize);
        Assert.Equal([5, 14, 6, 15, 0], tokenizer.Encode("1,2:S"));
        tokenizer.SaveTo(_folder.FullPath);
        Assert.Equal(16, TokenizerFile.Load(_folder.FullPath).VocabularySize);
    }

    private Tokenizer Load(string ords)
    {
        _folder.Write("tokenizer_config.json", $$"""{"char_ords":{{ords}},"model_max_length":64}""");
        return TokenizerFile.Load(_folder.FullPath);
    }
}
