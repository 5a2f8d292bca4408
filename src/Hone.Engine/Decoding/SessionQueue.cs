namespace Hone.Engine.Decoding;

/// <summary>
/// Which completions of a session wait, and which run. Completions start in the order in which they were added: a long one that
/// does not fit yet is not overtaken, so none waits for ever.
/// </summary>
internal sealed class SessionQueue(SessionSlots slots, int rows)
{
    private readonly LinkedList<(SessionRequest Request, int Sample)> _waiting = new();
    private SessionPrompt? _last; // the prompt of the completion that started last, while it holds its place

    /// <summary>Running completions; those with the same rule stand together.</summary>
    public List<SessionCompletion> Running { get; } = [];

    public int Waiting => _waiting.Count;

    public void Add(SessionRequest request)
    {
        for (int sample = 0; sample < request.Seeds.Length; sample++)
        {
            _waiting.AddLast((request, sample));
        }
    }

    /// <summary>Cancels every request and drops it.</summary>
    public void CancelAll()
    {
        foreach ((SessionRequest request, _) in _waiting)
        {
            request.Cancel();
        }

        Running.ForEach(completion => completion.Request.Cancel());
        DropCancelled();
    }

    /// <summary>Frees what cancelled requests hold, and tells their listeners.</summary>
    public void DropCancelled()
    {
        for (LinkedListNode<(SessionRequest Request, int Sample)>? node = _waiting.First; node is not null;)
        {
            LinkedListNode<(SessionRequest Request, int Sample)>? next = node.Next;
            if (node.Value.Request.IsCancelled)
            {
                _waiting.Remove(node);
                node.Value.Request.Listener.Ended(node.Value.Sample, CompletionEnd.Cancelled);
            }

            node = next;
        }

        for (int i = Running.Count - 1; i >= 0; i--)
        {
            if (Running[i].Request.IsCancelled)
            {
                End(Running[i], CompletionEnd.Cancelled);
            }
        }

        ReleaseUnusedPrompt();
    }

    /// <summary>Starts waiting completions while there is room; prompts that are new are to be computed.</summary>
    public void Admit(List<SessionPrompt> newPrompts, List<SessionCompletion> started)
    {
        newPrompts.Clear();
        started.Clear();
        while (_waiting.First is { Value: (var request, var sample) } && Running.Count + started.Count < rows)
        {
            SessionPrompt? known = _last?.Request == request ? _last : null;
            SessionPrompt? prompt = known ?? slots.TakePrompt(request);
            SessionCompletion? completion = prompt is null ? null : slots.TakeCompletion(prompt, sample);
            if (completion is null)
            {
                // A prompt that is in the cache has had a completion already, whose place it finds free again in the end.
                if (prompt is not null && known is null)
                {
                    slots.Return(prompt.Range);
                }

                return;
            }

            if (known is null)
            {
                newPrompts.Add(prompt!);
                Replace(prompt!);
            }

            prompt!.Running++;
            _waiting.RemoveFirst();
            started.Add(completion);
        }
    }

    /// <summary>Puts a started completion beside those with its rule.</summary>
    public void Run(SessionCompletion completion)
    {
        int like = Running.FindLastIndex(other => other.Request.Rule == completion.Request.Rule);
        Running.Insert(like < 0 ? Running.Count : like + 1, completion);
    }

    /// <summary>Ends a running completion: frees its place, and its prompt's if that was the last of it.</summary>
    public void End(SessionCompletion completion, CompletionEnd end)
    {
        Running.Remove(completion);
        slots.Return(completion.Range);
        SessionPrompt prompt = completion.Prompt;
        if (--prompt.Running == 0 && prompt != _last)
        {
            slots.Return(prompt.Range);
        }

        ReleaseUnusedPrompt();
        completion.Request.Listener.Ended(completion.Sample, end);
    }

    private void Replace(SessionPrompt prompt)
    {
        if (_last is { Running: 0 } before)
        {
            slots.Return(before.Range);
        }

        _last = prompt;
    }

    // The last prompt waits for its other completions, where there are any.
    private void ReleaseUnusedPrompt()
    {
        if (_last is { Running: 0 } && _waiting.First?.Value.Request != _last.Request)
        {
            slots.Return(_last.Range);
            _last = null;
        }
    }
}
