/**
 * Who may import whom (ARCHITECTURE.md, "The house"): main -> app -> features -> bot, inbox, delivery
 * -> messengers, database, language. Never upward, never in a circle.
 */
const room = (names) => `^src/(?:${names})/`;

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-dependency-in-src',
      comment: 'What runs must be installed with `npm install --omit=dev`.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'foundations-know-nothing-above',
      comment: 'messengers, database, sheets and language are the ground floor; language is the one they may share.',
      severity: 'error',
      from: { path: room('messengers|database|sheets|language') },
      to: {
        path:
          '^src/(?:app|main|config|secret-key|trial|wire-\\w+)\\.ts$|' +
          room('features|bot|inbox|delivery|jobs|web|simulator'),
      },
    },
    {
      name: 'one-clock',
      comment: 'Only what starts a program hands on the machine’s date; every room is given the house’s clock.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/app\\.ts$' },
      to: { path: '^src/system-clock\\.ts$' },
    },
    {
      name: 'pictures-know-only-language',
      severity: 'error',
      from: { path: room('pictures') },
      to: { path: '^src/(?!pictures/|language/)' },
    },
    {
      name: 'ground-rooms-stay-apart',
      severity: 'error',
      from: { path: room('messengers|database|sheets|language').replace('?:', '') },
      to: { path: room('messengers|database|sheets|language'), pathNot: ['^src/$1/', '^src/language/'] },
    },
    {
      name: 'no-messenger-by-name',
      comment: 'A feature never knows which messenger it is on: it asks the port (messengers/messenger.ts).',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/messengers/' },
      to: { path: '^src/messengers/(?:telegram|bale)/' },
    },
    {
      name: 'inbox-and-delivery-know-no-feature',
      severity: 'error',
      from: { path: room('inbox|delivery|web') },
      to: {
        path: '^src/(?:app|main|config|secret-key|trial|wire-\\w+)\\.ts$|' + room('features|bot|jobs|simulator'),
      },
    },
    {
      name: 'bot-shell-knows-no-feature',
      severity: 'error',
      from: { path: room('bot') },
      to: {
        path:
          '^src/(?:app|main|config|secret-key|trial|wire-\\w+)\\.ts$|' +
          room('features|inbox|delivery|jobs|web|simulator'),
      },
    },
    {
      name: 'features-do-not-reach-up',
      severity: 'error',
      from: { path: room('features') },
      to: {
        path: '^src/(?:app|main|config|secret-key|trial|wire-\\w+)\\.ts$|' + room('jobs|web|simulator'),
      },
    },
    {
      name: 'simulator-knows-only-messengers',
      severity: 'error',
      from: { path: room('simulator') },
      to: { path: '^src/(?!simulator/|messengers/)' },
    },
    {
      name: 'features-meet-through-services',
      comment: "A feature may call another feature's service, never its model, views or chat.",
      severity: 'error',
      from: { path: '^src/features/([^/]+)/' },
      to: { path: '^src/features/(?!$1/)[^/]+/(?!.*\\.service\\.ts$)' },
    },
    {
      name: 'services-know-no-chat',
      comment: 'Rules are plain functions: no grammY, no translator.',
      severity: 'error',
      from: { path: '^src/features/.*\\.(?:service|model)\\.ts$' },
      to: { path: '^node_modules/(?:grammy|@grammyjs)/|^src/language/translator\\.ts$|^src/bot/' },
    },
    {
      name: 'chat-knows-no-database',
      severity: 'error',
      from: { path: '\\.(?:chat|views)\\.ts$' },
      to: { path: '^node_modules/mongoose/|\\.model\\.ts$|^src/database/' },
    },
    {
      name: 'views-know-no-messenger-library',
      comment: 'Views build messages from data; what they import of services are types.',
      severity: 'error',
      from: { path: '\\.views\\.ts$' },
      to: { path: '^node_modules/(?:grammy|@grammyjs)/' },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/simulator/page/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
