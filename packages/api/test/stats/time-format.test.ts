import { describe, expect, test } from '@jest/globals';
import { parseFormat } from '../../src/stats/time-format.ts';

const TIME = Date.UTC(2030, 1, 3, 4, 5, 6, 78);

describe('a time is written', () => {
  test.each([
    ['yyyy-MM-dd', '2030-02-03'],
    ['yy/M/d H:m:s', '30/2/3 4:5:6'],
    ["dd.MM.yyyy 'at' hh 'o''clock' a", "03.02.2030 at 04 o'clock AM"],
    ['EEE, d MMM yyyy', 'Sun, 3 Feb 2030'],
    ['EEEE MMMM DDD', 'Sunday February 034'],
    ["yyyy-MM-dd'T'HH:mm:ss.SSSZZ", '2030-02-03T04:05:06.078+00:00'],
    ['HH:mm:ss.SSZ', '04:05:06.07+0000'],
    ['epoch_millis', String(TIME)],
    ['epoch_second', String(Math.floor(TIME / 1000))],
    ['strict_date_time', '2030-02-03T04:05:06.078Z'],
    ['date_optional_time||epoch_millis', '2030-02-03T04:05:06.078Z'],
    ['basic_date', '20300203'],
    ['year_month', '2030-02'],
  ])('as %s', (format, written) => {
    expect(parseFormat(format)?.(TIME)).toBe(written);
  });

  test.each(['', 'foo', 'yyyy-QQ', "yyyy'", 'constructor', '||yyyy'])('not as %j', (format) => {
    expect(parseFormat(format)).toBeUndefined();
  });
});
