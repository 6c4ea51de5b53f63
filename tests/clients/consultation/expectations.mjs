// What scenarios say: names that stand for values, places in an answer, and what is expected there.

import { isDeepStrictEqual } from 'node:util';

/** What a value of a scenario stands for: `$name`, `$today+15`, `$now`, or itself. */
export function resolved(value, names) {
  if (Array.isArray(value)) return value.map((each) => resolved(each, names));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, resolved(each, names)]));
  }
  if (typeof value !== 'string' || !value.startsWith('$')) return value;
  if (value === '$now') return new Date().toISOString();
  const day = /^\$today([+-]\d+)?$/.exec(value);
  if (day) return new Date(Date.now() + Number(day[1] ?? 0) * 86_400_000).toISOString().slice(0, 10);
  if (!Object.hasOwn(names, value.slice(1))) throw new Error(`nothing is named ${value}`);
  return names[value.slice(1)];
}

/** What stands at a place: `items[].messageId`, `items[0].subject.nl`, `items.length`, `header.cache-control`. */
export function at(answer, place) {
  const steps = place.match(/[^.[\]]+|\[\]/g);
  let all = [answer];
  let many = false;
  for (const step of steps) {
    many ||= step === '[]';
    all = all.flatMap((each) => (step === '[]' ? each : [each?.[step]]));
  }
  return many ? all.filter((each) => each !== undefined) : all[0];
}

const list = (value) => (Array.isArray(value) ? value : [value]);
const said = (value) => JSON.stringify(value) ?? 'absent';

/** What may be expected of a value, each with what to say if it is otherwise. */
const RULES = {
  is: (value, wanted) => isDeepStrictEqual(value, wanted),
  has: (value, wanted) => list(wanted).every((each) => list(value).includes(each)),
  hasNot: (value, wanted) => !list(wanted).some((each) => list(value).includes(each)),
  // these, each at least once, and no others
  only: (value, wanted) => isDeepStrictEqual([...new Set(list(value))].sort(), [...new Set(wanted)].sort()),
  atLeast: (value, wanted) => value >= wanted,
  matches: (value, wanted) => list(value).length > 0 && list(value).every((each) => new RegExp(wanted).test(each)),
  descending: (value) => value.length > 1 && value.every((each, n) => n === 0 || Date.parse(value[n - 1]) >= Date.parse(each)),
  distinct: (value) => value.length > 0 && new Set(value).size === value.length,
};

/** Everything that is otherwise than expected, in words. */
export function wrong(answer, expected, names) {
  const complaints = [];
  for (const [place, rules] of Object.entries(expected)) {
    const value = at(answer, place);
    for (const [rule, wanted] of Object.entries(resolved(rules, names))) {
      if (!RULES[rule]) throw new Error(`there is no rule ${rule}`);
      if (!RULES[rule](value, wanted)) complaints.push(`${place} is ${said(value)}, expected ${rule} ${said(wanted)}`);
    }
  }
  return complaints;
}
