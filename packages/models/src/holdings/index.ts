export {
  type FileRow,
  findFileRows,
  findGranuleHoldings,
  type GranuleHolding,
  type HeldFile,
  type ScanHoldingsOptions,
  scanFileRows,
  scanGranuleHoldings,
} from './holdings.ts';
