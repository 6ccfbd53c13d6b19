// Calls functions of published clients, one after the other. Argument: [[client, calls]…] as JSON, with the client's folder in
// node_modules, and the calls, [[module, function, parameters]…]. Prints as JSON, for each client, {functions, ended}: the names
// of all functions that the client has, and what came of each call: the status codes of the API's answers, and what the function
// returned, or its error. One process for all, since loading the SDK takes longer than the calls.

const { readdirSync } = require('node:fs');
const { dirname } = require('node:path');
const sdk = require('aws-sdk');

// The earlier clients use version 2 of the SDK, which knows no variable for a service's endpoint.
sdk.config.lambda = { endpoint: process.env.AWS_ENDPOINT_URL_LAMBDA };

/** The functions of the API: those of all modules but the one that calls, and the one with its errors. */
function functionsOf(client) {
  const modules = readdirSync(dirname(require.resolve(`${client}/package.json`))).filter(
    (file) => file.endsWith('.js') && !/^(index|types|cumulusApi|CumulusApi)/.test(file),
  );
  return modules.flatMap((file) => {
    const module = file.slice(0, -'.js'.length);
    const exported = Object.entries(require(`${client}/${module}`));
    return exported.filter(([, value]) => typeof value === 'function').map(([name]) => `${module}.${name}`);
  });
}

/** Calls one. Its requests go by the client's own `invokeApi`, which is only listened to, and does not retry. */
async function call(client, [module, name, parameters]) {
  const { invokeApi } = require(`${client}/cumulusApiClient`);
  const statusCodes = [];
  const callback = async (request) => {
    try {
      const answer = await invokeApi({ ...request, pRetryOptions: { retries: 0 } });
      statusCodes.push(answer.statusCode);
      return answer;
    } catch (error) {
      if (error.statusCode !== undefined) statusCodes.push(error.statusCode);
      throw error;
    }
  };
  // One function takes its parameter as it is, and asks Lambda itself.
  const given = typeof parameters === 'string' ? parameters : { callback, ...parameters };
  try {
    return { answer: (await require(`${client}/${module}`)[name](given)) ?? null, statusCodes };
  } catch (error) {
    // Lambda's own answer to the one function.
    if (statusCodes.length === 0 && error.statusCode !== undefined) statusCodes.push(error.statusCode);
    return { error: String(error.message), statusCodes };
  }
}

async function main() {
  const all = [];
  for (const [client, calls] of JSON.parse(process.argv[2])) {
    const ended = [];
    for (const each of calls) ended.push(await call(client, each));
    all.push({ functions: functionsOf(client), ended });
  }
  process.stdout.write(`\nENDED${JSON.stringify(all)}`);
}

main();
