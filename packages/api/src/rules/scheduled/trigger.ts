import type { Target } from '@aws-sdk/client-eventbridge';
import { classifyAwsError, pagesOf } from '@cumulus/dynamodb/aws';
import type { Rule } from '@cumulus/models/schemas';
import { ServiceUnavailableError } from '../../aws/ask-service.ts';
import type { TriggerClients } from '../../aws/trigger-clients.ts';
import { NotConfiguredError, TriggerRefusedError, WorkflowNotFoundError } from '../../errors.ts';
import { toJson } from '../../json/to-json.ts';
import type { Settings } from '../../settings.ts';
import type { Workflows } from '../../workflows/workflows.ts';
import { askForTrigger } from '../ask-for-trigger.ts';
import {
  arnsOf,
  type FoundTrigger,
  requireSettings,
  type Trigger,
  type TriggerArns,
  type TriggeredRule,
} from '../trigger.ts';

/** The target's id, and the names of EventBridge's rules, are those of earlier releases, whose schedules are taken over. */
const TARGET = 'lambdaTarget';
const DESCRIPTION = 'Rule created by cumulus-api';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html, and API_Target.html for the input. */
const MAX_NAME = 64;
const MAX_INPUT = 8_192;

export interface ScheduledTriggerOptions {
  readonly settings: Pick<Settings, 'stackName' | 'systemBucket' | 'triggers'>;
  readonly clients: Pick<TriggerClients, 'eventBridge'>;
  readonly workflows: Pick<Workflows, 'get' | 'template'>;
}

/** A rule of EventBridge, which invokes a function with all that the workflow is started with. */
export class ScheduledTrigger implements Trigger {
  readonly #options: ScheduledTriggerOptions;

  constructor(options: ScheduledTriggerOptions) {
    this.#options = options;
  }

  requireConfigured(): void {
    this.#functionArn();
  }

  async prepare(rule: Rule): Promise<Partial<Rule>> {
    this.requireConfigured();
    const name = this.#nameOf(rule.name);
    if (name.length > MAX_NAME) {
      throw new TriggerRefusedError(
        `The rule of EventBridge would be named ${name}, which has more than ${MAX_NAME} characters. Nothing was written.`,
      );
    }
    await this.#inputOf(rule);
    return {};
  }

  sourceOf({ name }: Pick<Rule, 'name'>): string {
    return name;
  }

  isNeededBy(): boolean {
    return true;
  }

  async compare(rule: Rule): Promise<FoundTrigger> {
    const { DescribeRuleCommand, ListTargetsByRuleCommand } = await import('@aws-sdk/client-eventbridge');
    const client = await this.#options.clients.eventBridge();
    const Name = this.#nameOf(rule.name);
    const wanted = { Id: TARGET, Arn: this.#functionArn(), Input: await this.#inputOf(rule) };
    const found = await unlessGone(() => client.send(new DescribeRuleCommand({ Name })));
    if (found === undefined) return 'missing';
    if (found.ScheduleExpression !== rule.rule.value || found.State !== rule.state) return 'other';
    const pages = pagesOf({
      what: `The list of targets of ${Name}`,
      ask: (NextToken: string | undefined) =>
        asked(() => client.send(new ListTargetsByRuleCommand({ Rule: Name, ...(NextToken && { NextToken }) }))),
      next: (page) => page.NextToken,
    });
    let target: Target | undefined;
    for await (const { Targets = [] } of pages) target ??= Targets.find(({ Id }) => Id === TARGET);
    return target?.Arn === wanted.Arn && target.Input === wanted.Input ? 'same' : 'other';
  }

  /** EventBridge's rules of this deployment: their names, with the names of the rules that they are of. */
  async all(): Promise<ReadonlyMap<string, string>> {
    const { ListRulesCommand } = await import('@aws-sdk/client-eventbridge');
    const client = await this.#options.clients.eventBridge();
    const NamePrefix = this.#nameOf('');
    const pages = pagesOf({
      what: `The list of rules ${NamePrefix}* of EventBridge`,
      ask: (NextToken: string | undefined) =>
        asked(() => client.send(new ListRulesCommand({ NamePrefix, ...(NextToken && { NextToken }) }))),
      next: (page) => page.NextToken,
    });
    const found = new Map<string, string>();
    for await (const { Rules = [] } of pages) {
      for (const { Name = '' } of Rules) {
        const name = Name.slice(NamePrefix.length);
        // Names of rules have no hyphen, but those of other stacks may begin alike.
        if (/^\w+$/.test(name)) found.set(Name, name);
      }
    }
    return found;
  }

  async put(rule: Rule): Promise<TriggerArns> {
    const { PutRuleCommand, PutTargetsCommand } = await import('@aws-sdk/client-eventbridge');
    const client = await this.#options.clients.eventBridge();
    const Name = this.#nameOf(rule.name);
    const target = { Id: TARGET, Arn: this.#functionArn(), Input: await this.#inputOf(rule) };
    await asked(() =>
      client.send(
        new PutRuleCommand({
          ...{ Name, ScheduleExpression: rule.rule.value, State: rule.state, Description: DESCRIPTION },
        }),
      ),
    );
    demandAll(await asked(() => client.send(new PutTargetsCommand({ Rule: Name, Targets: [target] }))), Name);
    return arnsOf(rule);
  }

  async delete({ name }: TriggeredRule): Promise<void> {
    const { RemoveTargetsCommand, DeleteRuleCommand } = await import('@aws-sdk/client-eventbridge');
    const client = await this.#options.clients.eventBridge();
    const Name = this.#nameOf(name);
    // EventBridge cannot have it, and would refuse to be asked.
    if (Name.length > MAX_NAME) return;
    const removed = await unlessGone(() => client.send(new RemoveTargetsCommand({ Rule: Name, Ids: [TARGET] })));
    if (removed !== undefined) demandAll(removed, Name);
    await unlessGone(() => client.send(new DeleteRuleCommand({ Name })));
  }

  #nameOf(name: string): string {
    return `${this.#options.settings.stackName}-custom-${name}`;
  }

  #functionArn(): string {
    const { systemBucket, triggers } = this.#options.settings;
    const { invokeArn } = requireSettings('scheduled', { invokeArn: triggers.invokeArn, system_bucket: systemBucket });
    if (invokeArn.startsWith('arn:')) return invokeArn;
    throw new NotConfiguredError(`The setting invokeArn is ${invokeArn}, which is no ARN of a function.`);
  }

  /**
   * What the function is invoked with, as earlier releases gave it. The template goes along for their functions as long as it fits
   * in; that of this release reads the deployment's own.
   */
  async #inputOf(rule: Rule): Promise<string> {
    const { workflows } = this.#options;
    const { provider, collection, meta = {}, payload = {}, queueName, queueUrl, executionNamePrefix } = rule;
    const definition = await this.#definitionOf(rule);
    const own = {
      definition,
      provider,
      collection,
      meta,
      cumulus_meta: {},
      payload,
      queueName,
      queueUrl,
      executionNamePrefix,
    };
    const whole = toJson({ template: await workflows.template(), ...own });
    const input = whole.length <= MAX_INPUT ? whole : toJson(own);
    if (input.length <= MAX_INPUT) return input;
    throw new TriggerRefusedError(
      `A schedule of EventBridge takes ${MAX_INPUT} characters, and this rule has ${input.length}: its meta or payload is too large. Nothing was written.`,
    );
  }

  async #definitionOf({ workflow, state }: Rule): Promise<{ readonly name: string; readonly arn?: string }> {
    try {
      const { name, arn } = await this.#options.workflows.get(workflow);
      return { name, arn };
    } catch (error) {
      // What is to stop can stop, whatever has become of its workflow.
      if (error instanceof WorkflowNotFoundError && state === 'DISABLED') return { name: workflow };
      throw error;
    }
  }
}

function asked<T>(ask: () => Promise<T>): Promise<T> {
  return askForTrigger('EventBridge', ['ValidationException', 'LimitExceededException', 'ManagedRuleException'], ask);
}

/** Undefined where there is no such rule. */
async function unlessGone<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await asked(ask);
  } catch (error) {
    if (classifyAwsError(error) === 'not found') return undefined;
    throw error;
  }
}

/** EventBridge answers with success where it has refused single targets. */
function demandAll(
  { FailedEntries: [failed] = [] }: { readonly FailedEntries?: readonly FailedEntry[] | undefined },
  name: string,
): void {
  // A target that is to be removed may be gone.
  if (failed === undefined || failed.ErrorCode === 'ResourceNotFoundException') return;
  const reason = `EventBridge does not take the target of ${name}: ${failed.ErrorCode}: ${failed.ErrorMessage}`;
  throw PASSING.includes(failed.ErrorCode) ? new ServiceUnavailableError(reason) : new TriggerRefusedError(reason);
}

/** Codes of a target that may be taken later. */
const PASSING: readonly (string | undefined)[] = [
  'ConcurrentModificationException',
  'InternalException',
  'ThrottlingException',
];

interface FailedEntry {
  readonly ErrorCode?: string | undefined;
  readonly ErrorMessage?: string | undefined;
}
