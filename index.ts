export { type App, type AppEvents, createApp } from './app.ts';
export { type Config, DEFAULT_CONFIG } from './config.ts';
