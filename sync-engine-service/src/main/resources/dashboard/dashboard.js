// What the pages do beyond htmx: they carry the session's token, rest while nobody looks, ask before something is done, say
// aloud what changed, and write times in the reader's zone.
(function () {
  'use strict';

  const byId = (id) => document.getElementById(id);
  const token = document.querySelector('meta[name="request-token"]');
  const said = new Map();

  const isLive = (element) => element instanceof Element && element.hasAttribute('data-live');

  // A button that is renewed between press and release is not pressed: the click would go to neither of the two.
  let pressed = false;
  ['pointerdown', 'keydown'].forEach((kind) => window.addEventListener(kind, () => { pressed = true; }, true));
  ['pointerup', 'pointercancel', 'keyup', 'blur'].forEach((kind) => window.addEventListener(kind, () => {
    setTimeout(() => { pressed = false; });
  }, true));

  function isBusy(region) {
    const selection = document.getSelection();
    return pressed || byId('confirm').open
      || (selection && !selection.isCollapsed && region.contains(selection.anchorNode));
  }

  document.addEventListener('htmx:configRequest', (event) => {
    const { headers } = event.detail;
    if (token) headers['X-Request-Token'] = token.content;
    if (isLive(event.target)) headers['X-Refresh'] = 'true';
  });

  document.addEventListener('htmx:beforeRequest', (event) => {
    if (isLive(event.target) && (document.hidden || isBusy(event.target))) event.preventDefault();
  });

  document.addEventListener('htmx:beforeSwap', (event) => {
    const { requestConfig } = event.detail;
    if (requestConfig && isLive(requestConfig.elt) && isBusy(requestConfig.elt)) event.detail.shouldSwap = false;
  });

  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) document.querySelectorAll('[data-live]').forEach((region) => htmx.trigger(region, 'refresh'));
  });

  // The question of hx-confirm, in a dialog of the page instead of the browser's.
  document.addEventListener('htmx:confirm', (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    const dialog = byId('confirm');
    byId('confirm-text').textContent = event.detail.question;
    dialog.returnValue = 'no';
    dialog.addEventListener('close', () => {
      if (dialog.returnValue === 'yes') event.detail.issueRequest(true);
    }, { once: true });
    dialog.showModal();
  });

  const offline = (is) => { byId('offline').hidden = !is; };
  document.addEventListener('htmx:sendError', () => offline(true));
  document.addEventListener('htmx:timeout', () => offline(true));
  document.addEventListener('htmx:afterRequest', (event) => {
    if (event.detail.xhr && event.detail.xhr.status > 0) offline(false);
  });

  document.addEventListener('click', (event) => {
    const dismiss = event.target.closest('[data-dismiss]');
    if (dismiss) dismiss.parentElement.remove();
  });

  function announce(region) {
    const text = region.getAttribute('data-announce');
    const before = said.get(region.id);
    said.set(region.id, text);
    if (text && before !== undefined && before !== text) byId('announcer').textContent = text;
  }

  function localTimes(root) {
    root.querySelectorAll('time[data-local]').forEach((time) => {
      const at = new Date(time.dateTime);
      if (!Number.isNaN(at.getTime())) {
        time.textContent = at.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
      }
    });
  }

  function settle(root) {
    localTimes(root);
    root.querySelectorAll('[data-announce]').forEach(announce);
    root.querySelectorAll('.notice-good').forEach((notice) => setTimeout(() => notice.remove(), 10000));
    if (root.hasAttribute && root.hasAttribute('data-announce')) announce(root);
  }

  document.addEventListener('htmx:load', (event) => settle(event.detail.elt));

  // The charts of the stages. Their places survive the renewal of what is around them (hx-preserve).
  const CHART_MILLIS = 5000;
  const CHART_PIXELS = 130;
  const charts = new Map();

  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  const clock = (seconds) => new Date(seconds * 1000).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

  function chart(place, data) {
    const axis = { stroke: color('--muted'), grid: { stroke: color('--line'), width: 1 }, ticks: { show: false }, font: '11px system-ui, sans-serif' };
    return new uPlot({
      width: place.clientWidth,
      height: CHART_PIXELS,
      padding: [8, 4, 0, 0],
      scales: { y: { range: (plot, low, high) => [0, Math.max(1, (high || 0) * 1.15)] } },
      axes: [{ ...axis, space: 70, size: 28, values: (plot, times) => times.map(clock) }, { ...axis, size: 44, space: 34 }],
      series: [{ value: (plot, time) => (time == null ? '–' : clock(time)) }, {
        label: place.dataset.label,
        stroke: color('--accent'),
        fill: color('--info-ground'),
        width: 2,
        points: { show: false },
        value: (plot, value) => (value == null ? '–' : value.toLocaleString(undefined, { maximumFractionDigits: 1 })),
      }],
    }, data, place);
  }

  function show(points) {
    const times = points.map((point) => point.at_millis / 1000);
    document.querySelectorAll('[data-chart]').forEach((place) => {
      const data = [times, points.map((point) => point[place.dataset.chart])];
      const drawn = charts.get(place.id);
      if (drawn && place.contains(drawn.root)) {
        drawn.setData(data);
      } else {
        place.replaceChildren();
        charts.set(place.id, chart(place, data));
      }
    });
  }

  async function renewCharts() {
    if (document.hidden || !document.querySelector('[data-chart]')) return;
    try {
      const answer = await fetch('/dashboard/pipeline/history', { headers: { 'HX-Request': 'true', 'X-Refresh': 'true' } });
      if (answer.ok) show((await answer.json()).history);
    } catch (unreachable) {
      // The parts that renew themselves say so.
    }
  }

  function redrawCharts() {
    charts.forEach((drawn) => drawn.destroy());
    charts.clear();
    renewCharts();
  }

  window.addEventListener('resize', () => charts.forEach((drawn) => {
    drawn.setSize({ width: drawn.root.parentElement.clientWidth, height: CHART_PIXELS });
  }));
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redrawCharts);
  document.addEventListener('DOMContentLoaded', renewCharts);
  setInterval(renewCharts, CHART_MILLIS);
}());
