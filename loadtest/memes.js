// Memes under load with k6 (https://k6.io): up to 200 virtual users, a second's pause each, for 15 seconds.
//
//   BASE_URL  the server (default: http://localhost:8080)
//   TOKEN     a user's JWT: ./lastword token --user ID; the user needs a token a request, 5,000 will do
//
//   TOKEN=$(./lastword token --user nonllm@example.com) k6 run loadtest/memes.js
//
// `./lastword load memes --duration 15s --workers 200 --pause 1s` does the same without k6.

import http from 'k6/http';
import { check, sleep } from 'k6';

const url = `${__ENV.BASE_URL || 'http://localhost:8080'}/memes`;
const parameters = {
  headers: { 'Authorization': `Bearer ${__ENV.TOKEN}`, 'Content-Type': 'application/json' },
};
const queries = [
  { lat: 40.730610, lng: -73.935242, query: 'food' },
  { lat: 48.85, lng: 2.35, query: 'a cat' },
  { lat: -33.87, lng: 151.21, query: 'monday' },
  { query: 'deadline' },
];

export const options = {
  stages: [
    { duration: '5s', target: 200 },
    { duration: '10s', target: 200 },
  ],
  thresholds: {
    http_req_failed: ['rate<0.05'],
    http_req_duration: ['avg<30000'],
    http_reqs: ['rate>100'],
  },
};

export function setup() {
  if (!__ENV.TOKEN) {
    throw new Error('TOKEN is not set: TOKEN=$(./lastword token --user ID) k6 run loadtest/memes.js');
  }
}

export default function () {
  const query = queries[__ITER % queries.length];
  const response = http.post(url, JSON.stringify(query), parameters);
  check(response, {
    'answers 200': (answer) => answer.status === 200,
    'has a text': (answer) => answer.status === 200 && answer.json('text').length > 0,
    'says what it charged': (answer) => answer.headers['Lastword-Charged'] !== undefined,
  });
  sleep(1);
}
