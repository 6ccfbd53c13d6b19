// Stands in for Lambda's Invoke: runs the handler of a file for POST /2015-03-31/functions/NAME/invocations, with the
// environment that this process has, and prints its address. Arguments: the file, the function's name.
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

const [, , file, name] = process.argv;
const { handler } = await import(file);
let invocations = 0;

const server = createServer(async (request, response) => {
  if (request.url !== `/2015-03-31/functions/${name}/invocations`) {
    response.writeHead(404, { 'x-amzn-errortype': 'ResourceNotFoundException' }).end('{}');
    return;
  }
  invocations += 1;
  const answer = await handler(JSON.parse(await text(request)), { awsRequestId: `invocation-${invocations}` });
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer));
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${server.address().port}\n`));
