import { byId, element, number, runPath, say, seen, type Content } from './dom';
import { ask, poll } from './poll';
import { rolloutsText } from './run';
import type { Sample, SamplePage } from './types';

const size = 20;
const typingPause = 250;
const fields: { names: [string, string?]; title: string; kind: 'range' | 'choice' | 'text'; choices?: [string, string][] }[] = [
  { names: ['text'], title: 'Text contains', kind: 'text' },
  { names: ['step_from', 'step_to'], title: 'Step', kind: 'range' },
  { names: ['reward_from', 'reward_to'], title: 'Reward', kind: 'range' },
  { names: ['anll_from', 'anll_to'], title: 'ANLL', kind: 'range' },
  { names: ['correct'], title: 'Answer', kind: 'choice', choices: [['', 'any'], ['true', 'right'], ['false', 'wrong']] },
  { names: ['truncated'], title: 'Truncated', kind: 'choice', choices: [['', 'any'], ['true', 'yes'], ['false', 'no']] },
  { names: ['prompt'], title: 'Prompt id', kind: 'text' },
  { names: ['sort'], title: 'Sorted by', kind: 'choice', choices: [['', 'step'], ['reward', 'reward'], ['anll', 'ANLL'], ['tokens', 'tokens']] },
  { names: ['order'], title: 'Order', kind: 'choice', choices: [['', 'highest first'], ['asc', 'lowest first']] },
];

/** The sample browser: filters stand in the page's address, and the server does the rest. */
export function samples(run: string): void {
  const query = new URLSearchParams(location.search);
  let stop = (): void => undefined;
  let timer = 0;
  const before: number[] = [];

  const load = (): void => {
    stop();
    history.replaceState(null, '', `${runPath(run)}/samples${query.size > 0 ? `?${query}` : ''}`);
    const url = `/api/runs/${encodeURIComponent(run)}/samples?${query}`;
    if (!query.get('text')) {
      stop = poll<SamplePage>(() => url, show);
      return;
    }

    // A search is not made again by itself; typing on, or leaving, cancels it on the server too.
    const cancel = new AbortController();
    stop = () => cancel.abort();
    say('found', 'Searching...');
    void ask<SamplePage>(url, '', cancel.signal).then(answer => { if (answer.data !== undefined) { show(answer.data); } });
  };

  const change = (name: string, value: string): void => {
    if (value.trim() === '') { query.delete(name); } else { query.set(name, value); }
    query.delete('skip');
    before.length = 0;
    clearTimeout(timer);
    timer = window.setTimeout(load, typingPause);
  };

  const turn = (skip: number): void => {
    if (skip > 0) { query.set('skip', String(skip)); } else { query.delete('skip'); }
    load();
    window.scrollTo({ top: 0 });
  };

  const show = (page: SamplePage): void => {
    const skip = Number(query.get('skip') ?? 0), shown = page.samples.length;
    const reading = page.rollouts.indexed_bytes < page.rollouts.bytes || page.rollouts.problem !== null ? ` ${rolloutsText(page.rollouts)}` : '';
    say('found', (page.searched !== null ? `${shown} with the text; searched ${number(page.searched)} of ${number(page.total)}.`
      : page.total === 0 ? 'No rollout fits.' : `${number(skip + 1)} to ${number(skip + shown)} of ${number(page.total)}.`) + reading);
    byId('samples').replaceChildren(...page.samples.map(sample => card(sample, page.rollouts.texts, id => {
      (byId('filter-prompt') as HTMLInputElement).value = id;
      change('prompt', id);
    })));
    const searching = page.searched !== null && shown < size;
    byId('paging').firstElementChild!.replaceChildren(
      ...(skip > 0 ? [button('Previous', () => turn(before.pop() ?? Math.max(0, skip - size)))] : []),
      ...(page.next !== null ? [button(searching ? 'Search on' : 'Next', () => { before.push(skip); turn(page.next!); })] : []));
  };

  byId('filters').replaceChildren(filters(query, change));
  load();
}

function filters(query: URLSearchParams, change: (name: string, value: string) => void): HTMLElement {
  return element('div', { class: 'filters', role: 'search' }, ...fields.map(field => {
    const [first, second] = field.names;
    if (field.kind === 'range') {
      return element('fieldset', {}, element('legend', {}, field.title), element('div', { class: 'pair' },
        input(query, change, first, `${field.title} from`, 'from', 'decimal'), input(query, change, second!, `${field.title} to`, 'to', 'decimal')));
    }

    const control = field.kind === 'text' ? input(query, change, first, field.title, '', 'search') : choice(query, change, first, field.choices!);
    return element('label', { class: first === 'text' ? 'wide' : '' }, element('span', {}, field.title), control);
  }));
}

function input(
  query: URLSearchParams, change: (name: string, value: string) => void, name: string, label: string, hint: string, mode: string): HTMLInputElement {
  const made = element('input', { id: `filter-${name}`, inputmode: mode, 'aria-label': label, placeholder: hint, autocomplete: 'off', maxlength: '1000' });
  made.value = query.get(name) ?? '';
  made.addEventListener('input', () => change(name, made.value));
  return made;
}

function choice(
  query: URLSearchParams, change: (name: string, value: string) => void, name: string, choices: [string, string][]): HTMLSelectElement {
  const made = element('select', { id: `filter-${name}` }, ...choices.map(([value, title]) => element('option', { value }, title)));
  made.value = query.get(name) ?? '';
  made.addEventListener('change', () => change(name, made.value));
  return made;
}

function button(title: string, click: () => void): HTMLElement {
  const made = element('button', { class: 'plain', type: 'button' }, title);
  made.addEventListener('click', click);
  return element('li', {}, made);
}

function card(sample: Sample, hasTexts: boolean, choose: (prompt: string) => void): HTMLElement {
  const numbers = [
    `step ${sample.step}`, `${seen(sample.prompt_id)}${sample.sample === null ? '' : ` #${sample.sample}`}`, `reward ${number(sample.reward)}`,
    `ANLL ${number(sample.anll)}`, ...(sample.tokens === null ? [] : [`${sample.tokens} tokens`]),
    ...(sample.advantage === null ? [] : [`advantage ${number(sample.advantage)}`]),
  ];
  const tags: Content[] = [
    ...(sample.correct === null ? [] : [' ', element('span', { class: `tag ${sample.correct ? 'good' : 'bad'}` }, sample.correct ? 'right' : 'wrong')]),
    ...(sample.truncated ? [' ', element('span', { class: 'tag warn' }, 'truncated')] : []),
  ];
  const same = element('a', { href: '#samples' }, 'same prompt');
  same.addEventListener('click', event => { event.preventDefault(); choose(sample.prompt_id); });
  return element('article', { class: 'sample' },
    element('p', { class: 'quiet number' }, numbers.join(' · '), ...tags, ' ', same),
    ...text('Prompt', sample.prompt, sample.prompt_characters),
    ...text('Completion', sample.completion, sample.completion_characters),
    ...(hasTexts && sample.completion === null ? [element('p', { class: 'quiet' }, 'The run kept no text of it, or its file has changed.')] : []),
    ...(sample.answer === null ? [] : [element('p', { class: 'quiet' }, `Gold answer: ${seen(sample.answer)}`)]));
}

function text(title: string, text: string | null, characters: number | undefined): HTMLElement[] {
  return text === null ? [] : [
    element('pre', { class: `model ${title.toLowerCase()}`, 'aria-label': title, tabindex: '0' }, seen(text)),
    ...(characters === undefined ? [] : [element('p', { class: 'quiet' }, `The first ${number(text.length)} of ${number(characters)} characters.`)]),
  ];
}
