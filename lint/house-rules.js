/** Rules of this house that no linter brings. Plain JavaScript: oxlint loads it itself. */

/** `new Date()`, `Date.now()`, `Temporal.Now` and the timestamps of mongoose tell the machine's date. */
const oneClock = {
  meta: { messages: { clock: 'The house has one clock: take `now` from what is handed down (src/clock.ts)' } },
  create(context) {
    const report = (node) => context.report({ node, messageId: 'clock' });
    const isDate = (node) => node.type === 'Identifier' && node.name === 'Date';
    return {
      NewExpression(node) {
        if (isDate(node.callee) && node.arguments.length === 0) report(node);
      },
      CallExpression(node) {
        if (isDate(node.callee)) report(node);
      },
      MemberExpression(node) {
        const name = node.property.name ?? node.property.value;
        if (isDate(node.object) && name === 'now') report(node);
        if (node.object.name === 'Temporal' && name === 'Now') report(node);
        if (node.object.name === 'performance' && name === 'timeOrigin') report(node);
      },
      Property(node) {
        if ((node.key.name ?? node.key.value) !== 'timestamps') return;
        if (node.value.type === 'Literal' && node.value.value === false) return;
        report(node);
      },
    };
  },
};

export default {
  meta: { name: 'house' },
  rules: { 'one-clock': oneClock },
};
