/**
 * The class that starts DynamoDB Local for this machine alone. Its own start listens on all addresses, and no option says
 * otherwise; a class compiled from Java would need a JDK at each build. So its few instructions are put together here, in
 * the form of JVMS chapter 4. In Java it is:
 *
 * ```java
 * public class LoopbackLauncher {
 *   public static void main(String[] arguments) throws Exception {
 *     DynamoDBProxyServer proxy = ServerRunner.createServerFromCommandLineArgs(arguments);
 *     Field field = DynamoDBProxyServer.class.getDeclaredField("server");
 *     field.setAccessible(true);
 *     ((ServerConnector) ((Server) field.get(proxy)).getConnectors()[0]).setHost("127.0.0.1");
 *     proxy.start();
 *   }
 * }
 * ```
 */
export const LAUNCHER_CLASS = 'LoopbackLauncher';

const LOCAL = 'software/amazon/dynamodb/services/local';
const PROXY = `${LOCAL}/server/DynamoDBProxyServer`;
const RUNNER = `${LOCAL}/main/ServerRunner`;
const JETTY = 'org/eclipse/jetty/server';

/** Java 5, the first with constants of classes; later versions want nothing more of a method without branches. */
const CLASS_VERSION = 49;

const ACC_PUBLIC = 0x0001;
const ACC_STATIC = 0x0008;
const ACC_SUPER = 0x0020;

/** The instructions that are used, by their names in JVMS chapter 6. */
const OPCODES = {
  iconst_0: 0x03,
  iconst_1: 0x04,
  ldc: 0x12,
  aload_0: 0x2a,
  aload_1: 0x2b,
  aaload: 0x32,
  astore_1: 0x4c,
  dup: 0x59,
  return: 0xb1,
  invokevirtual: 0xb6,
  invokestatic: 0xb8,
  checkcast: 0xc0,
} as const;

/** The bytes of the class file. */
export function launcherClass(): Buffer {
  const pool = new ConstantPool();
  const { dup, ldc, aaload, checkcast, invokevirtual, invokestatic } = OPCODES;
  const wide = (opcode: number, index: number): number[] => [opcode, ...u2(index)];
  const call = (type: string, name: string, descriptor: string): number[] =>
    wide(invokevirtual, pool.method(type, name, descriptor));
  const code = [
    OPCODES.aload_0,
    ...wide(invokestatic, pool.method(RUNNER, 'createServerFromCommandLineArgs', `([Ljava/lang/String;)L${PROXY};`)),
    OPCODES.astore_1,
    ...[ldc, pool.type(PROXY), ldc, pool.string('server')],
    ...call('java/lang/Class', 'getDeclaredField', '(Ljava/lang/String;)Ljava/lang/reflect/Field;'),
    ...[dup, OPCODES.iconst_1],
    ...call('java/lang/reflect/Field', 'setAccessible', '(Z)V'),
    OPCODES.aload_1,
    ...call('java/lang/reflect/Field', 'get', '(Ljava/lang/Object;)Ljava/lang/Object;'),
    ...wide(checkcast, pool.type(`${JETTY}/Server`)),
    ...call(`${JETTY}/Server`, 'getConnectors', `()[L${JETTY}/Connector;`),
    ...[OPCODES.iconst_0, aaload],
    ...wide(checkcast, pool.type(`${JETTY}/ServerConnector`)),
    ...[ldc, pool.string('127.0.0.1')],
    ...call(`${JETTY}/ServerConnector`, 'setHost', '(Ljava/lang/String;)V'),
    OPCODES.aload_1,
    ...call(PROXY, 'start', '()V'),
    OPCODES.return,
  ];
  const [maxStack, maxLocals] = [3, 2];
  const attribute = [...u2(maxStack), ...u2(maxLocals), ...u4(code.length), ...code, ...u2(0), ...u2(0)];
  const main = [
    ...[...u2(ACC_PUBLIC | ACC_STATIC), ...u2(pool.text('main')), ...u2(pool.text('([Ljava/lang/String;)V'))],
    ...[...u2(1), ...u2(pool.text('Code')), ...u4(attribute.length), ...attribute],
  ];
  const [self, parent] = [pool.type(LAUNCHER_CLASS), pool.type('java/lang/Object')];
  return Buffer.from([
    ...[0xca, 0xfe, 0xba, 0xbe, ...u2(0), ...u2(CLASS_VERSION), ...pool.bytes()],
    ...[...u2(ACC_PUBLIC | ACC_SUPER), ...u2(self), ...u2(parent)],
    // Neither interfaces nor fields, one method, no attributes.
    ...[...u2(0), ...u2(0), ...u2(1), ...main, ...u2(0)],
  ]);
}

/** The constants of a class, each once, by their index from 1 on. */
class ConstantPool {
  readonly #entries: (readonly number[])[] = [];
  readonly #indexes = new Map<string, number>();

  text(value: string): number {
    return this.#add([1, ...u2(Buffer.byteLength(value)), ...Buffer.from(value)]);
  }

  type(name: string): number {
    return this.#add([7, ...u2(this.text(name))]);
  }

  string(value: string): number {
    return this.#add([8, ...u2(this.text(value))]);
  }

  method(type: string, name: string, descriptor: string): number {
    const nameAndType = this.#add([12, ...u2(this.text(name)), ...u2(this.text(descriptor))]);
    return this.#add([10, ...u2(this.type(type)), ...u2(nameAndType)]);
  }

  /** Their number and they themselves. */
  bytes(): number[] {
    return [...u2(this.#entries.length + 1), ...this.#entries.flat()];
  }

  #add(entry: readonly number[]): number {
    const known = this.#indexes.get(entry.join());
    if (known !== undefined) return known;
    this.#entries.push(entry);
    this.#indexes.set(entry.join(), this.#entries.length);
    return this.#entries.length;
  }
}

function u2(value: number): number[] {
  return [value >> 8, value & 0xff];
}

function u4(value: number): number[] {
  return [...u2(value >>> 16), ...u2(value & 0xffff)];
}
