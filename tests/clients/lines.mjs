// JSON lines over standard input and output: how a test in another language drives these programs.
//
// A request is {"id": …, "do": "name", …arguments}; its answer is {"id": …, "ok": value} or
// {"id": …, "error": {"name", "code", "message", …}}. Requests are carried out one after the other. When
// standard input closes, the program cleans up and ends, so that no test leaves it behind.

import { createInterface } from 'node:readline';

// Libraries print notices with console.log and console.info; standard output belongs to the answers.
console.log = console.error;
console.info = console.error;

/** Carries out requests with the function of the same name in `commands` until standard input closes. */
export async function serve(commands, cleanUp = async () => {}) {
  for await (const line of createInterface({ input: process.stdin })) {
    if (!line.trim()) continue;
    const { id, do: name, ...args } = JSON.parse(line);
    let answer;
    try {
      const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
      if (!command) throw new Error(`there is no command ${name}`);
      answer = { id, ok: (await command(args)) ?? null };
    } catch (error) {
      answer = { id, error: described(error) };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
  await cleanUp();
  process.exit(0);
}

/** What a failure says about itself, with the protocol's error members where there are some. */
function described(error) {
  const { name, message, code, status, error: oauth, error_description: description } = error;
  const cause = error.cause instanceof Error ? described(error.cause) : undefined;
  return { name, message, code, status, oauth, description, cause };
}
