export { client, countItems, type Item, itemsOf, putAll } from './items.ts';
export { createTable, ownTables, stringKeyed, tablesWithPrefix } from './own-tables.ts';
export { Scratch, type ScratchUse } from './scratch.ts';
