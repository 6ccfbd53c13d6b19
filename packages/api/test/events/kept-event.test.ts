import { expect, test } from '@jest/globals';
import { eventIn, keptText, placeOfEvent } from '../../src/events/kept-event.ts';

const SETTINGS = { stackName: 'prod', systemBucket: 'system-bucket' };
const EVENT = {
  time: '2030-01-31T12:00:00Z',
  detail: { executionArn: 'arn:aws:states:us-east-1:123456789012:execution:prod-Ingest:run-1', status: 'FAILED' },
};

test('an event is kept under its day, execution and status; the same event in the same place', () => {
  const place = placeOfEvent(EVENT, SETTINGS);
  expect(place.bucket).toBe('system-bucket');
  expect(place.key).toMatch(/^prod\/failed-events\/2030-01-31\/run-1-FAILED-[0-9a-f]{16}\.json$/);
  expect(placeOfEvent(structuredClone(EVENT), SETTINGS)).toEqual(place);
  expect(placeOfEvent({ ...EVENT, id: 'other' }, SETTINGS)).not.toEqual(place);
});

test.each([
  ['a text', '{"cut":', 'without-time/unknown-unknown-'],
  ['null', null, 'without-time/unknown-unknown-'],
  ['what has no details', { time: '2030-01-31T12:00:00Z' }, '2030-01-31/unknown-unknown-'],
  [
    'names that are no part of a key',
    { time: '../..', detail: { executionArn: 'a:../x/y', status: {} } },
    'without-time/.._x_y-_object_Object_-',
  ],
])('%s is kept too', (_, event, begin) => {
  expect(placeOfEvent(event, SETTINGS).key).toMatch(
    new RegExp(`^prod/failed-events/${begin.replace(/[.*+?^$()|]/g, '\\$&')}`),
  );
});

test('an event comes back out of what was kept, and one by itself as it is', () => {
  expect(eventIn(JSON.parse(keptText(EVENT, 'why')))).toEqual(EVENT);
  expect(eventIn(EVENT)).toBe(EVENT);
  expect(eventIn(JSON.parse(keptText('{"cut":', 'why')))).toBe('{"cut":');
});
