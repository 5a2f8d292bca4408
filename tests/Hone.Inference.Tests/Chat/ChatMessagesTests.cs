using System.Text.Json.Nodes;
using Hone.Inference.Chat;

namespace Hone.Inference.Tests.Chat;

public sealed class ChatMessagesTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("""[{"role":"user","content":"Hi","name":"Bo"}]""")]
    [InlineData("""{"messages":[{"role":"user","content":"Hi","name":"Bo"}],"other":1}""")]
    public void A_list_alone_or_in_an_object_is_read_with_all_its_fields(string json)
    {
        File.WriteAllText(_file, json);
        JsonObject message = Assert.Single(ChatMessages.Read(_file));
        Assert.Equal("""{"role":"user","content":"Hi","name":"Bo"}""", message.ToJsonString());
    }

    [Theory]
    [InlineData("[]", "no list of messages")]
    [InlineData("{}", "no list of messages")]
    [InlineData("7", "no list of messages")]
    [InlineData("""{"messages":"a"}""", "no list of messages")]
    [InlineData("[7]", "message 0")]
    [InlineData("""[{"role":"user"},{"content":"a"}]""", "message 1")]
    [InlineData("""[{"role":7,"content":"a"}]""", "message 0")]
    [InlineData("""[{"role":"user","role":"user","content":"a"}]""", "twice")]
    [InlineData("""[{"role":"user","content":"\ud83d"}]""", "surrogate")]
    [InlineData("""[{"role":"user","content":""", "invalid JSON")]
    public void What_is_no_list_of_messages_is_refused(string json, string part)
    {
        File.WriteAllText(_file, json);
        var error = Assert.Throws<InvalidDataException>(() => ChatMessages.Read(_file));
        Assert.Contains(_file, error.Message, StringComparison.Ordinal);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.Contains("Hint:", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_keep_their_types()
    {
        ChatTemplate template = ChatTemplate.Parse("t", "{{ messages[0].x }}");
        JsonObject message = JsonNode.Parse("""{"x":[1,1.0,1e2,-0,true,null,"a",{"k":[]},123456789012345678901]}""")!.AsObject();
        Assert.Equal(
            "[1, 1.0, 100.0, 0, True, None, 'a', {'k': []}, 1.2345678901234568e+20]", template.Render([message], new RenderOptions()));
    }
}
