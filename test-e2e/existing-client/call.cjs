// Calls functions of the published client, one after the other, and prints what came of each as JSON: an array of
// {name, answer} or {name, error}. Argument: the calls, [[module, function, parameters]…], as JSON.

const pRetryOptions = { retries: 0 };

async function main() {
  const ended = [];
  for (const [module, name, parameters] of JSON.parse(process.argv[2])) {
    try {
      const answer = await require(`@cumulus/api-client/${module}`)[name]({ pRetryOptions, ...parameters });
      ended.push({ name: `${module}.${name}`, answer: answer ?? null });
    } catch (error) {
      ended.push({ name: `${module}.${name}`, error: String(error.message), statusCode: error.statusCode });
    }
  }
  process.stdout.write(`\nENDED${JSON.stringify(ended)}`);
}

main();
